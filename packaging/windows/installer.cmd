@echo off
chcp 65001 >nul
if not exist "%~dp0inactifs.exe" (
  echo Ce fichier est encore dans le zip.
  echo Fermez cette fenetre, cliquez droit sur le zip, « Extraire tout... »,
  echo puis double-cliquez sur installer.cmd dans le dossier extrait.
  if not defined INACTIFS_SANS_PAUSE pause
  exit /b 1
)
"%~dp0inactifs.exe" --installer
set STATUT=%ERRORLEVEL%
if not defined INACTIFS_SANS_PAUSE pause
exit /b %STATUT%
