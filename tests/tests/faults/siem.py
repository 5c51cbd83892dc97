"""A SIEM: takes RFC 5424 messages with octet counting (RFC 5425) over TLS, appends their indices to a file, confirms the end."""
import re, socketserver, ssl, sys

port, certificate, key, out = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


class Taken(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            count = b""
            while not count.endswith(b" "):
                byte = self.rfile.read(1)
                if not byte:
                    return
                count += byte
            message = self.rfile.read(int(count))
            assert message.startswith(b"<") and b">1 " in message[:8], message
            index = re.search(rb' idx="(\d+)"', message)
            if index:
                with open(out, "a") as file:
                    file.write(index.group(1).decode() + "\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def get_request(self):
        connection, address = super().get_request()
        return context.wrap_socket(connection, server_side=True), address

    def shutdown_request(self, request):
        try:
            request.unwrap()
        except OSError:
            pass
        self.close_request(request)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
Server(("127.0.0.1", port), Taken).serve_forever()
