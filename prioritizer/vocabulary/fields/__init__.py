"""One file per table; a column exists here and nowhere else."""
