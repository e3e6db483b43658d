"""``inactifs.exe``: the program, and what its installer does on somebody's own account.

``--installer`` copies this folder to the account's programs, puts it on its PATH, and teaches
PowerShell to complete with TAB; ``--desinstaller`` takes back the PATH and TAB. No rights needed;
nothing is written outside of the account.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

DEBUT, FIN = "# >>> inactifs (TAB) >>>", "# <<< inactifs (TAB) <<<"
POLITIQUE = r"Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell"
PROFILS = (
    r"WindowsPowerShell\Microsoft.PowerShell_profile.ps1",
    r"PowerShell\Microsoft.PowerShell_profile.ps1",
)
MARQUE = "politique-posee.txt"


def with_folder(chemins: str, dossier: str) -> str:
    """A PATH, with a folder at its end unless it is there."""
    reste = without_folder(chemins, dossier)
    return f"{reste};{dossier}" if reste else dossier


def without_folder(chemins: str, dossier: str) -> str:
    """A PATH, without a folder."""
    voulu = dossier.rstrip("\\").casefold()
    return ";".join(c for c in chemins.split(";") if c and c.rstrip("\\").casefold() != voulu)


def with_script(profil: str, script: str) -> str:
    """A PowerShell profile, with ``script`` at its end in place of an older one."""
    reste = without_script(profil)
    return f"{reste}{DEBUT}\n{script.rstrip()}\n{FIN}\n"


def without_script(profil: str) -> str:
    """A PowerShell profile, without what the installer added."""
    avant, debut, suite = profil.partition(DEBUT)
    if not debut:
        return profil if not profil or profil.endswith("\n") else profil + "\n"
    return avant + suite.partition(FIN)[2].removeprefix("\n")


if sys.platform == "win32":
    import ctypes
    import winreg

    def install() -> str:
        """Copy, PATH, TAB; what to tell the person."""
        ici, cible = Path(sys.executable).resolve().parent, home()
        if ici != cible:
            copy_folder(ici, cible)
        change_path(lambda chemins: with_folder(chemins, str(cible)))
        teach_tab(cible)
        return (
            f"inactifs est installé dans {cible}.\n"
            "Ouvrez une nouvelle fenêtre PowerShell dans le dossier du classeur, et tapez :\n"
            "    inactifs"
        )

    def uninstall() -> str:
        """The PATH and TAB taken back; the folder is removed by ``desinstaller.cmd``."""
        cible = home()
        change_path(lambda chemins: without_folder(chemins, str(cible)))
        for profil in profiles():
            if profil.is_file():
                reste = without_script(read_text(profil))
                profil.write_text(reste, "utf-8-sig") if reste.strip() else profil.unlink()
        if (cible / MARQUE).exists():
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, POLITIQUE, 0, winreg.KEY_WRITE) as cle:
                winreg.DeleteValue(cle, "ExecutionPolicy")
        return "inactifs n'est plus sur ce compte. Vos classeurs n'ont pas été touchés."

    def home() -> Path:
        """Where the account's own programs are."""
        return Path(os.environ["LOCALAPPDATA"]) / "Programs" / "inactifs"

    def copy_folder(source: Path, cible: Path) -> None:
        """The whole folder, in place of an older one."""
        for fichier in sorted(source.rglob("*")):
            if fichier.is_file():
                nouveau = cible / fichier.relative_to(source)
                nouveau.parent.mkdir(parents=True, exist_ok=True)
                nouveau.write_bytes(fichier.read_bytes())

    def change_path(change: Callable[[str], str]) -> None:
        """The account's PATH (its other folders and its kind kept), told to open programs."""
        with winreg.CreateKeyEx(
            winreg.HKEY_CURRENT_USER, "Environment", 0, winreg.KEY_READ | winreg.KEY_WRITE
        ) as cle:
            try:
                avant, genre = winreg.QueryValueEx(cle, "Path")
            except FileNotFoundError:
                avant, genre = "", winreg.REG_EXPAND_SZ
            if (apres := change(avant)) != avant:
                winreg.SetValueEx(cle, "Path", 0, genre, apres)
        resultat = ctypes.c_ulong()
        ctypes.windll.user32.SendMessageTimeoutW(
            0xFFFF, 0x1A, 0, "Environment", 2, 2000, ctypes.byref(resultat)
        )  # WM_SETTINGCHANGE to every window, two seconds at most

    def teach_tab(cible: Path) -> None:
        """TAB in PowerShell 5 and 7. A profile is a script: where nothing is said of scripts,
        those written on this computer are allowed for the account, as Set-ExecutionPolicy does."""
        from inactifs.cli.tab import script

        for profil in profiles():
            profil.parent.mkdir(parents=True, exist_ok=True)
            profil.write_text(with_script(read_text(profil), script("powershell")), "utf-8-sig")
        with winreg.CreateKeyEx(
            winreg.HKEY_CURRENT_USER, POLITIQUE, 0, winreg.KEY_READ | winreg.KEY_WRITE
        ) as cle:
            try:
                winreg.QueryValueEx(cle, "ExecutionPolicy")
            except FileNotFoundError:
                winreg.SetValueEx(cle, "ExecutionPolicy", 0, winreg.REG_SZ, "RemoteSigned")
                (cible / MARQUE).write_text("RemoteSigned", "utf-8")

    def profiles() -> list[Path]:
        """The profiles of the account, wherever its documents are (OneDrive…)."""
        tampon = ctypes.create_unicode_buffer(1024)
        ctypes.windll.shell32.SHGetFolderPathW(None, 5, None, 0, tampon)
        documents = Path(tampon.value or Path.home() / "Documents")
        return [documents / profil for profil in PROFILS]

    def read_text(profil: Path) -> str:
        """A profile as it stands, whatever it was written in."""
        if not profil.is_file():
            return ""
        octets = profil.read_bytes()
        if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
            return octets.decode("utf-16")
        try:
            return octets.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return octets.decode("mbcs").replace("\r\n", "\n")


if __name__ == "__main__":
    actions = {"--installer": "install", "--desinstaller": "uninstall"}
    if sys.argv[1:2] and sys.argv[1] in actions:
        from inactifs.cli import output_encoding

        sys.stdout.reconfigure(encoding=output_encoding(sys.stdout), errors="replace")
        try:
            print(globals()[actions[sys.argv[1]]]())
        except OSError as faute:
            sys.exit(f"Impossible : {faute}. Fermez les fenêtres d'inactifs, et recommencez.")
    else:
        from inactifs.cli import main

        main()
