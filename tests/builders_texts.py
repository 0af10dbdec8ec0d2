"""Texts as identifiers come: of every kind, and odd in every way."""

from __future__ import annotations

from hypothesis import strategies as st

# What identifiers are made of; letters that one normal form or other changes
# (sharp s, dotted I, ligature, two sigmas, ...), wide digits, blanks of every kind.
ODD = (
    "aZ09@+-.:% \u00df\u0130\u0131\u017f\ufb01\u03a3\u03c2\u01c5\u00c5A\u030a\uff11"
    "\uff12\u0663\uff1a\uff05\t\n\x0b\x1c\x1f\x00\x85\xa0\u2003\u200b\u3000"
)
OCTETS = st.integers(0, 255).map(str) | st.sampled_from(
    "0 00 01 10 010 100 127 169 172 192 198 203 224 240 255 256 -1 \uff11".split()
)
HEXTETS = st.integers(0, 65535).map("{:x}".format) | st.sampled_from(
    "0 0 00AB FFFF db8 2001 fe80 fc00 12345 g".split()
)
DOTTED = st.lists(OCTETS, min_size=4, max_size=4).map(".".join)
COLONS = st.tuples(
    st.lists(HEXTETS, max_size=8).map(":".join),
    st.sampled_from(["", "", "::", "::ffff:", ":"]),
    DOTTED | st.lists(HEXTETS, max_size=4).map(":".join),
    st.sampled_from(["", "", "%eth0", "%ETH0", "%", "%a%b", "/64"]),
).map("".join)
DOMAINS = (
    "Gmail.com gmail.com. x.edu edu x.edu.au a.gov b.test example.org \uff47mail.com "
    "GoogleMail.com xn--bcher-kva.test b\u00fccher.test xn-- xn--\u00fc yahoo.co.uk"
)
LOCALS = st.text(ODD, max_size=5) | st.sampled_from("a.b+c +c . mailto:a".split())
EMAILS = st.tuples(LOCALS, st.sampled_from(DOMAINS.split())).map("@".join)
PHONES = st.tuples(
    st.sampled_from(
        ["", "", "+", "+1 ", "1-", " +44", "00", "0045", "(+44)(0)", "\uff0b43", "(0)"]
    ),
    st.sampled_from(
        [
            "3070550199",
            "(307) 055-0199",
            "2071234567",
            "\u0663\u0660\u06670550199",
            "4165550123",
            "x307-055-01",
        ]
    ),
    st.sampled_from(
        ["", "", " ext. 12", ";ext=1", "x", "#9", ", 4065550100", "\u0663"]
    ),
).map("".join)
HASHES = st.tuples(
    st.sampled_from(["", "0x", "0X", " "]),
    st.sampled_from(
        [
            "00ab-CD",
            "00:AB:cd",
            "ab cd\n",
            "AAECAwQFBgcICQoLDA0ODw==",
            "AAECAwQFBgcICQoLDA0ODw",
            "AAEC",
            "!!!!",
            "\uff10\uff11",
        ]
    ),
).map("".join)
DEVICES = st.sampled_from(
    [
        "35-209900-176148-1",
        "35 209900 176148 1",
        "AA:BB:CC:DD:EE:FF",
        "aabb.ccdd.eeff",
        "{6D92078A-8246-4BA4-AE5B-76104861E7DC}",
        "6d92078a82464ba4ae5b76104861e7dc",
        "AA:BB",
        "Home",
        "H\u00f4me",
    ]
)
BLANKS = st.sampled_from(["", "", " ", "\x1f\t", "\xa0", "\u3000", "\r\n"])
WITH_PORT = st.tuples(
    st.sampled_from(["", "["]),
    DOTTED | COLONS,
    st.sampled_from(["", "]", ":80", "]:80", "]:0", ":99999", "]:"]),
).map("".join)
ADDRESSES = st.one_of(DOTTED, COLONS, WITH_PORT)
NAMED = st.sampled_from(["@Bob", "@@", "@", "\ufeff@bob", "Bob\u200b"])
WORDS = st.one_of(
    *(ADDRESSES, EMAILS, PHONES, HASHES, DEVICES, NAMED),
    *(st.text(ODD, max_size=9), st.text()),
)
TEXTS = st.none() | st.tuples(BLANKS, WORDS, BLANKS).map("".join)
