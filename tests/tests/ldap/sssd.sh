#!/usr/bin/env bash
# SSSD against a box, in mount points of its own: nothing of this machine's is touched.
# sssd.sh URL AUTHORITY BIND_NAME SECRET SUFFIX UID PASSWORD
set -euo pipefail
url=$1 authority=$2 bind=$3 secret=$4 suffix=$5 uid=$6 password=$7
for folder in /var/lib/sss /var/log/sssd /etc/sssd /run /etc/pam.d; do mkdir -p "$folder"; mount -t tmpfs none "$folder"; done
mkdir -p /var/lib/sss/{db,mc,pipes/private,pubconf/krb5.include.d,secrets,gpo_cache,keytabs} /run/sssd
chmod 755 /var/lib/sss/pipes /var/lib/sss/mc
cat >/etc/sssd/sssd.conf <<CONF
[sssd]
domains = box
services = nss, pam
[domain/box]
id_provider = ldap
auth_provider = ldap
ldap_uri = $url
ldap_schema = rfc2307bis
ldap_search_base = $suffix
ldap_default_bind_dn = $bind
ldap_default_authtok = $secret
ldap_tls_cacert = $authority
ldap_user_object_class = posixAccount
ldap_group_object_class = posixGroup
cache_credentials = false
CONF
chmod 600 /etc/sssd/sssd.conf
printf 'auth required pam_sss.so\naccount required pam_sss.so\n' >/etc/pam.d/holdfast
sssd -i --logger=files &
sssd=$!
trap 'kill $sssd; wait $sssd || true' EXIT
for _ in $(seq 100); do ! getent -s sss passwd "$uid" || break; sleep 0.2; done
echo "groups: $(id -Gn "$uid")"
echo "$password" | pamtester holdfast "$uid" authenticate acct_mgmt && echo "signed in"
echo "not-$password" | pamtester holdfast "$uid" authenticate || echo "refused"
