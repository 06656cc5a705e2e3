"""One file for each version that needs steps, named as its tag: v0_3_0.py holds `STEPS`."""
