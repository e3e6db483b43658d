@echo off
chcp 65001 >nul
set "CIBLE=%LOCALAPPDATA%\Programs\inactifs"
if not exist "%CIBLE%\inactifs.exe" (
  echo inactifs est deja desinstalle.
  if not defined INACTIFS_SANS_PAUSE pause
  exit /b 0
)
cd /d "%LOCALAPPDATA%"
"%CIBLE%\inactifs.exe" --desinstaller
if errorlevel 1 (
  if not defined INACTIFS_SANS_PAUSE pause
  exit /b 1
)
if not defined INACTIFS_SANS_PAUSE pause
rmdir /s /q "%CIBLE%" & exit
