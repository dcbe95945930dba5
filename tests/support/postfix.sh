#!/bin/bash
# A private, real Postfix for tests, as root:
#   postfix.sh start DIR PORT [tls]   every recipient at 127.0.0.1:PORT is delivered to the Maildir DIR/Maildir
#   postfix.sh stop DIR
# Loopback only, no relaying (there is no outgoing transport at all), nothing outside DIR is touched; several may run at once.
# With "tls" it offers STARTTLS with a certificate for 127.0.0.1 and localhost that DIR/tls/certificate.pem vouches for.
# Its log is DIR/mail.log.
set -eu

die() { echo "postfix.sh: $*" >&2; exit 1; }

make_certificate() {
  mkdir -p "$1/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
    -keyout "$1/tls/key.pem" -out "$1/tls/certificate.pem" 2>/dev/null
  chmod 600 "$1/tls/key.pem"
}

write_main() {
  local dir=$1 level=none nobody
  nobody=$(id -u nobody)
  [ "$2" = tls ] && level=may
  cat > "$dir/conf/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $dir/mail.log
maillog_file_prefixes = $dir
myhostname = mail.stockbell.test
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_mailbox_base = $dir
virtual_mailbox_maps = static:Maildir/
virtual_uid_maps = static:$nobody
virtual_gid_maps = static:$(id -g nobody)
virtual_mailbox_limit = 0
default_transport = error:no relaying
relay_transport = error:no relaying
local_transport = error:no local users
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
smtpd_tls_security_level = $level
smtpd_tls_cert_file = $dir/tls/certificate.pem
smtpd_tls_key_file = $dir/tls/key.pem
in_flow_delay = 0
biff = no
EOF
}

write_master() {
  cat > "$1/conf/master.cf" <<EOF
127.0.0.1:$2 inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
EOF
}

answers() {
  local line
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  read -r -t 5 line <&3 || return 1
  printf 'QUIT\r\n' >&3
  exec 3>&-
  [[ $line == 220* ]]
}

start() {
  local dir=$1 port=$2 mode=${3:-}
  [ "$(id -u)" = 0 ] || die "must run as root"
  command -v postfix >/dev/null || die "postfix is not installed"
  mkdir -p "$dir"/{conf,spool,data,Maildir/{new,cur,tmp}}
  dir=$(realpath "$dir")
  chmod 755 "$dir"
  chown root "$dir/spool"
  chown postfix "$dir/data"
  chown -R nobody "$dir/Maildir"
  setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups test -w "$dir/Maildir" ||
    die "user nobody cannot reach $dir/Maildir"
  [ "$mode" != tls ] || make_certificate "$dir"
  write_main "$dir" "$mode"
  write_master "$dir" "$port"
  postfix -c "$dir/conf" start >"$dir/start.log" 2>&1 || { cat "$dir/start.log" >&2; die "did not start"; }
  local attempt
  for attempt in $(seq 100); do
    (answers "$port") 2>/dev/null && return
    read -r -t 0.1 <> <(:) || true
  done
  cat "$dir/mail.log" >&2
  die "port $port does not answer"
}

stop() {
  local dir
  dir=$(realpath "$1")
  postfix -c "$dir/conf" stop >/dev/null 2>&1 || true
}

case ${1:-} in
  start) [ $# -ge 3 ] || die "start DIR PORT [tls]"; start "${@:2}" ;;
  stop) [ $# -eq 2 ] || die "stop DIR"; stop "$2" ;;
  *) die "start DIR PORT [tls] | stop DIR" ;;
esac
