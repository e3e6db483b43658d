"""The floor: start Python, inflate every part, look once at every tag of the XML."""

import re
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as paquet:
    for nom in paquet.namelist():
        len(re.findall(rb"<\w", paquet.read(nom)))
