"""Certificates for the tests, and Celery's own auth serializer over them.

    python signatures.py make FOLDER            # py, js and stranger: .key and .pem; js.key is locked with "secret"
    python signatures.py read FOLDER < texts    # a message of Python's, then for each of ours what Celery says of it
"""
import datetime as dt
import json
import sys
from os.path import join

from celery import Celery
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from kombu.serialization import dumps, loads


def make(folder, name, password=None):
    key = rsa.generate_private_key(65537, 2048)
    names = [(NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, "Acmé Ünlimited, Inc. = + \\"), (NameOID.COMMON_NAME, name)]
    issuer = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(issuer).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=10)).sign(key, hashes.SHA256()))
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    with open(join(folder, f"{name}.key"), "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock))
    with open(join(folder, f"{name}.pem"), "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))


def app(folder):
    celery = Celery("signed", set_as_current=False)
    celery.conf.update(task_serializer="auth", accept_content=["auth"], security_key=join(folder, "py.key"),
                       security_certificate=join(folder, "py.pem"), security_cert_store=join(folder, "[jp]*.pem"))
    celery.setup_security()


def verdict(text):
    try:
        return repr(loads(text.encode(), "application/data", "utf-8", accept={"application/data"}))
    except Exception as error:  # noqa: BLE001 - what went wrong is the answer
        return repr(error)


if __name__ == "__main__":
    what, folder = sys.argv[1:]
    if what == "make":
        make(folder, "py")
        make(folder, "js", b"secret")
        make(folder, "stranger")
    app(folder)
    content_type, encoding, payload = dumps([1, {"a": "\x00\x01ü"}], "auth")
    ours = [] if what == "make" else [verdict(text) for text in json.load(sys.stdin)]
    print(json.dumps({"type": content_type, "encoding": encoding, "payload": payload, "verdicts": ours}))
