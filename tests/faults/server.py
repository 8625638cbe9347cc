"""Stands in for a forge: server.py PORT_FILE LOG. Each list has one repository, and names itself as its next page."""

import http.server
import json
import sys


class Forge(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            print(self.path, file=log)
        body = json.dumps([{"created_at": "2020-01-01T00:00:00Z"}]).encode()
        self.send_response(200)
        self.send_header("Link", f'<http://127.0.0.1:{self.server.server_port}{self.path}>; rel="next"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("", 0), Forge)
with open(sys.argv[1], "w", encoding="utf-8") as port:
    print(server.server_port, file=port)
server.serve_forever()
