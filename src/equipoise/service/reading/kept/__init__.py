"""What is worked out of each site and kept between two looks."""
