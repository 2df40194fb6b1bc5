"""Stands between a function and AWS, hands everything on as it is, and writes down what passes.

Usage: proxy.py ENDPOINT FILE
Prints its own address. Each line of the file is a call: method, path, target, body, status, and for AWS Config the answer.
"""

import http.client
import http.server
import json
import sys
import threading
from urllib.parse import urlparse

UPSTREAM = urlparse(sys.argv[1]).netloc
WRITING = threading.Lock()
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        upstream = http.client.HTTPConnection(UPSTREAM, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        upstream.request(self.command, self.path, body, {**headers, "content-length": str(len(body))})
        answer = upstream.getresponse()
        content = answer.read()
        target = self.headers.get("x-amz-target", "")
        call = {"method": self.command, "path": self.path, "target": target, "status": answer.status}
        if "StarlingDove" in target:
            call |= {"body": body.decode(), "answer": content.decode(), "headers": dict(answer.getheaders())}
        with WRITING, open(sys.argv[2], "a", encoding="utf-8") as file:
            file.write(json.dumps(call) + "\n")
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
