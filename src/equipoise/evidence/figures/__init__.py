"""Vector figures: lines and words of a PDF page or an SVG file, and the curves among them."""
