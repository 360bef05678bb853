"""Many virtual trials: runs, operating characteristics, grids."""
