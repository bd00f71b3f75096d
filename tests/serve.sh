# shellcheck shell=sh disable=SC2034,SC2154 # read by those that source it
# Real servers for tests of pushes, on the loopback, for what stands in $tmp:
#   serve_ssh USER      sshd with a forced command that says who pushes; sets ssh_url
#   serve_http USER     nginx, fcgiwrap and git's own http-backend, with a password; sets http_url
#   serve_no_more       ends both
# Each fails when what it needs is not installed.
ports=$(($$ % 2000 + 20000))

wait_for_port() {
	i=0
	while [ $i -lt 50 ]; do
		perl -MIO::Socket::INET -e "exit !IO::Socket::INET->new('127.0.0.1:$1')" 2>/dev/null && return 0
		sleep 0.1
		i=$((i + 1))
	done
	return 1
}

serve_ssh() {
	sshd=$(command -v sshd || echo /usr/sbin/sshd)
	[ -x "$sshd" ] && command -v ssh-keygen >/dev/null || return 1
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host" && ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
	printf 'restrict,command="env DOSSIER_USER=%s git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"" %s\n' "$1" "$(cat "$tmp/key.pub")" >"$tmp/keys"
	cat >"$tmp/sshd_config" <<END
Port $ports
ListenAddress 127.0.0.1
HostKey $tmp/host
PidFile $tmp/sshd.pid
AuthorizedKeysFile $tmp/keys
PasswordAuthentication no
StrictModes no
UsePAM no
END
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	"$sshd" -f "$tmp/sshd_config" -E "$tmp/sshd.log" && wait_for_port "$ports" || return 1
	GIT_SSH_COMMAND="ssh -F none -i $tmp/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=$tmp/known -o LogLevel=ERROR -p $ports"
	export GIT_SSH_COMMAND
	ssh_url=ssh://$(id -un)@127.0.0.1$tmp
}

serve_http() {
	nginx=$(command -v nginx || echo /usr/sbin/nginx)
	fcgiwrap=$(command -v fcgiwrap || echo /usr/sbin/fcgiwrap)
	backend=$(git --exec-path)/git-http-backend
	[ -x "$nginx" ] && [ -x "$fcgiwrap" ] && command -v spawn-fcgi >/dev/null && [ -x "$backend" ] || return 1
	env -u HOME spawn-fcgi -s "$tmp/fcgi" -M 0666 -P "$tmp/fcgi.pid" -- "$fcgiwrap" >/dev/null
	printf '%s:{PLAIN}secret\n' "$1" >"$tmp/users"
	cat >"$tmp/nginx.conf" <<END
pid $tmp/nginx.pid;
error_log $tmp/nginx.log;
events {}
http {
	access_log off;
	client_body_temp_path $tmp/body; fastcgi_temp_path $tmp/fastcgi; proxy_temp_path $tmp/proxy;
	uwsgi_temp_path $tmp/uwsgi; scgi_temp_path $tmp/scgi;
	server {
		listen 127.0.0.1:$((ports + 1));
		client_max_body_size 100m;
		location / {
			auth_basic centre; auth_basic_user_file $tmp/users;
			fastcgi_pass unix:$tmp/fcgi;
			fastcgi_param SCRIPT_FILENAME $backend;
			fastcgi_param GIT_PROJECT_ROOT $tmp;
			fastcgi_param GIT_HTTP_EXPORT_ALL 1;
			fastcgi_param PATH_INFO \$uri;
			fastcgi_param QUERY_STRING \$query_string;
			fastcgi_param REQUEST_METHOD \$request_method;
			fastcgi_param CONTENT_TYPE \$content_type;
			fastcgi_param REMOTE_USER \$remote_user;
		}
	}
}
END
	[ "$(id -u)" != 0 ] || sed -i '1i user root;' "$tmp/nginx.conf"
	chmod 755 "$tmp"
	"$nginx" -c "$tmp/nginx.conf" -e "$tmp/nginx.log" && wait_for_port $((ports + 1)) || return 1
	http_url=http://$1:secret@127.0.0.1:$((ports + 1))
}

serve_no_more() {
	for pid in "$tmp/sshd.pid" "$tmp/nginx.pid" "$tmp/fcgi.pid"; do
		[ ! -s "$pid" ] || kill "$(cat "$pid")"
	done
}
