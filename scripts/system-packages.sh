#!/usr/bin/env bash
# Brings the system libraries that a fresh Debian or Ubuntu lacks, where we may; else prints the one command that does.
#   scripts/system-packages.sh run     what the window needs
#   scripts/system-packages.sh test    also what the tests start: a virtual screen, a real WordPress, a mail server, a keyring,
#                                  and what the benchmarks are measured beside
set -euo pipefail

RUN=(libegl1 libgl1 libopengl0 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
     libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0 libxcb-render-util0 libxcb-xinerama0
     libxcb-randr0 libxcb-xkb1 fonts-inter fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji)
TEST=(binutils fakeroot xvfb xdotool strace libfaketime dbus gnome-keyring wordpress mariadb-server php-cli php-mysql
      php-curl php-xml
      php-mbstring php-gd dovecot-imapd dovecot-lmtpd notmuch)

case "${1:-run}" in
    test) wanted=("${RUN[@]}" "${TEST[@]}") ;;
    *) wanted=("${RUN[@]}") ;;
esac

command -v dpkg-query >/dev/null 2>&1 || exit 0   # another system: Qt's own wheels bring most of it

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
    missing+=(python3-venv)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=(sudo)
else
    echo "Some system packages are missing. This one command brings them:" >&2
    echo "    sudo sh -c '$install'" >&2
    # The window and the command line may work without; only what can't start at all says so itself.
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || exit 1
    exit 0
fi
echo "Installing system packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
