"""A small client of SlideCraft: what a script needs of the API, with nothing but the standard library."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class ApiError(Exception):
    """An answer that is no success: RFC 9457, with a code in `type` that programs can rely on."""

    def __init__(self, problem):
        super().__init__(problem.get("detail") or problem.get("title"))
        self.problem = problem


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class SlideCraft:
    def __init__(self, base, key):
        self.base, self.key = base, key
        self.opener = urllib.request.build_opener(_NoRedirect)

    def call(self, method, path, body=None, **headers):
        """Sends a request. One that makes something is sent again after 429 and 503, under the same Idempotency-Key, so it is done once."""
        headers = {"Authorization": f"Bearer {self.key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        for turn in range(6):
            request = urllib.request.Request(self.base + path, data=body, method=method, headers=headers)
            try:
                return self.opener.open(request, timeout=60)
            except urllib.error.HTTPError as answer:
                if answer.code in (302, 303, 304):
                    return answer
                if answer.code in (429, 503) and turn < 5:
                    time.sleep(float(answer.headers.get("Retry-After", 1)))
                    continue
                raise ApiError(json.load(answer)) from None

    def json(self, method, path, value=None, **headers):
        body = None if value is None else json.dumps(value).encode()
        return json.load(self.call(method, path, body, Content_Type="application/json", **headers))

    def upload(self, name, content):
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return json.load(self.call("POST", "/v1/documents", body, Content_Type=f"multipart/form-data; boundary={boundary}"))

    def ended(self, job):
        """Holds until a job has ended."""
        while True:
            seen = self.json("GET", f"/v1/jobs/{job}?wait=20")
            if seen["state"] not in ("queued", "running"):
                return seen

    def deck(self, document):
        """The deck, and the version that a change has to name."""
        answer = self.call("GET", f"/v1/documents/{document}")
        return json.load(answer), answer.headers["ETag"]

    def edit(self, document, etag, edits):
        """Changes a deck, if it is still the version that was read; 412 otherwise."""
        self.call("PATCH", f"/v1/documents/{document}", json.dumps(edits).encode(), Content_Type="application/json-patch+json", If_Match=etag)

    def ask(self, document, message):
        """Asks about a deck; events as they come."""
        body = json.dumps({"message": message}).encode()
        answer = self.call("POST", f"/v1/documents/{document}/chat", body, Content_Type="application/json", Accept="text/event-stream")
        fields = {}
        for line in answer:
            line = line.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields.get("event"):
                yield fields["event"], json.loads(fields.get("data", "{}"))
                fields = {}
            else:
                fields = {}

    def export(self, document, format):
        asked = self.json("POST", f"/v1/documents/{document}/exports", {"format": format})
        job = self.ended(asked.get("job", asked)["id"])
        if job["state"] != "succeeded":
            raise RuntimeError(job.get("failure", {}).get("message", job["state"]))
        link = self.call("GET", f"/v1/jobs/{job['id']}/result").headers["Location"]
        # The link is signed: it is the right to the file for ten minutes, and no key goes with it.
        with urllib.request.urlopen(urllib.parse.urljoin(self.base, link), timeout=60) as answer:
            return answer.read()
