# Inside the machine, as root: makes the installed package a box with the sample company, as holdfast-setup does with answers.
holdfast-setup ceremony --data /root/made
install -d -m 700 /etc/credstore.encrypted
systemd-creds encrypt --name=holdfast-pin /root/made/credentials/holdfast-pin /etc/credstore.encrypted/holdfast-pin
shred -u /root/made/credentials/holdfast-pin
mv /root/made/token /var/lib/holdfast-hsmd/token
cp -a /root/made/hsmd/. /var/lib/holdfast-hsmd/
sed -i 's#^directories.tokendir = .*#directories.tokendir = /var/lib/holdfast-hsmd/token/tokens#' /var/lib/holdfast-hsmd/token/softhsm2.conf
chown -R holdfast-hsmd:holdfast-hsmd /var/lib/holdfast-hsmd
mv /root/made/keyring /var/lib/holdfast/
chown -R holdfast:holdfast /var/lib/holdfast
install -m 600 /root/made/tls/ca.key /root/made/tls/server.key /etc/holdfast/tls/
install -m 644 /root/made/tls/ca.crt /root/made/tls/server.crt /root/made/tls/server.json /etc/holdfast/tls/
rm -r /root/made
systemctl start holdfast-hsmd.socket holdfast-extract.socket
setpriv --reuid=holdfast --regid=holdfast --init-groups \
  holdfast --config /etc/holdfast/holdfast.toml sampledata --small --sign-ins /var/lib/holdfast/sign-ins.json
systemctl start holdfast.socket holdfast-metrics.socket holdfast.service
