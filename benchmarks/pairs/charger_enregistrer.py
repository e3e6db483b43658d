"""The plain peer of a command: openpyxl loads the workbook and saves it."""

import sys

import openpyxl

openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])
