"""Measuring what an outer step costs: contenders in processes of their own, asked in turn."""
