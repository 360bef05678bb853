"""Biomedical concepts: what a question of a case report form means in the regulator's words."""
