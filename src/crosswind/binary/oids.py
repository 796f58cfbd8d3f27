"""Object identifiers of signatures and certificates, and their names."""

from __future__ import annotations

# RFC 5652 (CMS), section 11 and 14; PKCS #9.
DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTERSIGNATURE = "1.2.840.113549.1.9.6"
# RFC 3161, 2.4.2 and appendix A; RFC 2634 and RFC 5035 for the certificate that a signer means.
TST_INFO = "1.2.840.113549.1.9.16.1.4"
TIMESTAMP_ATTRIBUTE = "1.2.840.113549.1.9.16.2.14"
# Microsoft, "Windows Authenticode Portable Executable Signature Format", and wintrust.h (SPC_*_OBJID).
SPC_INDIRECT_DATA = "1.3.6.1.4.1.311.2.1.4"
SPC_STATEMENT_TYPE = "1.3.6.1.4.1.311.2.1.11"
SPC_SP_OPUS_INFO = "1.3.6.1.4.1.311.2.1.12"
SPC_PE_IMAGE_DATA = "1.3.6.1.4.1.311.2.1.15"
SPC_PAGE_HASHES_SHA1 = "1.3.6.1.4.1.311.2.3.1"
SPC_PAGE_HASHES_SHA256 = "1.3.6.1.4.1.311.2.3.2"
MS_NESTED_SIGNATURE = "1.3.6.1.4.1.311.2.4.1"
MS_TIMESTAMP = "1.3.6.1.4.1.311.3.3.1"
# Apple, Security framework, libsecurity_smime/lib/secoid.c: hash agility, the digests of all code
# directories, as a property list and as digests with their algorithms.
APPLE_HASH_AGILITY = "1.2.840.113635.100.9.1"
APPLE_HASH_AGILITY_V2 = "1.2.840.113635.100.9.2"
# RFC 5280, 4.2.1: certificate extensions, and 4.2.1.12: purposes.
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
BASIC_CONSTRAINTS = "2.5.29.19"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
EXTENDED_KEY_USAGE = "2.5.29.37"
ANY_PURPOSE = "2.5.29.37.0"
CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
# RFC 8017 (PKCS #1), RFC 5758, RFC 8410: keys and signatures.
RSA = "1.2.840.113549.1.1.1"
RSA_PSS = "1.2.840.113549.1.1.10"
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
ED25519 = "1.3.101.112"
DSA = "1.2.840.10040.4.1"
MGF1 = "1.2.840.113549.1.1.8"

# Digests by the names that hashlib knows (RFC 5754; NIST CSOR).
DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

# Signature algorithms that name their digest: key, digest.
SIGNATURES = {
    "1.2.840.113549.1.1.4": (RSA, "md5"),
    "1.2.840.113549.1.1.5": (RSA, "sha1"),
    "1.3.14.3.2.29": (RSA, "sha1"),
    "1.2.840.113549.1.1.11": (RSA, "sha256"),
    "1.2.840.113549.1.1.12": (RSA, "sha384"),
    "1.2.840.113549.1.1.13": (RSA, "sha512"),
    "1.2.840.10045.4.1": (EC_PUBLIC_KEY, "sha1"),
    "1.2.840.10045.4.3.2": (EC_PUBLIC_KEY, "sha256"),
    "1.2.840.10045.4.3.3": (EC_PUBLIC_KEY, "sha384"),
    "1.2.840.10045.4.3.4": (EC_PUBLIC_KEY, "sha512"),
}

NAMES = {
    SIGNED_DATA: "signed data",
    CONTENT_TYPE: "content type",
    MESSAGE_DIGEST: "message digest",
    SIGNING_TIME: "signing time",
    COUNTERSIGNATURE: "countersignature",
    TST_INFO: "timestamp",
    TIMESTAMP_ATTRIBUTE: "timestamp token",
    DATA: "data",
    "1.2.840.113549.1.9.15": "S/MIME capabilities",
    "1.2.840.113549.1.9.16.2.12": "signing certificate",
    "1.2.840.113549.1.9.16.2.47": "signing certificate v2",
    "1.2.840.113549.1.9.52": "CMS algorithm protection",
    SPC_INDIRECT_DATA: "Authenticode digest",
    SPC_STATEMENT_TYPE: "statement type",
    SPC_SP_OPUS_INFO: "program name and URL",
    SPC_PE_IMAGE_DATA: "PE image",
    "1.3.6.1.4.1.311.2.1.21": "individual code signing",
    "1.3.6.1.4.1.311.2.1.22": "commercial code signing",
    MS_NESTED_SIGNATURE: "nested signature",
    MS_TIMESTAMP: "Microsoft timestamp",
    APPLE_HASH_AGILITY: "Apple code directory hashes",
    APPLE_HASH_AGILITY_V2: "Apple code directory hashes v2",
    ANY_PURPOSE: "any purpose",
    CODE_SIGNING: "code signing",
    TIME_STAMPING: "time stamping",
    "1.3.6.1.5.5.7.3.1": "TLS server",
    "1.3.6.1.5.5.7.3.2": "TLS client",
    "1.3.6.1.5.5.7.3.4": "email",
    "1.3.6.1.5.5.7.3.9": "OCSP signing",
    "1.3.6.1.4.1.311.10.3.13": "lifetime signing",
    "1.3.6.1.4.1.311.61.1.1": "kernel mode code signing",
    "1.2.840.113635.100.4.13": "Apple Developer ID",
    RSA: "RSA",
    RSA_PSS: "RSA-PSS",
    EC_PUBLIC_KEY: "ECDSA",
    ED25519: "Ed25519",
    DSA: "DSA",
    # RFC 5480, 2.1.1.1: curves.
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.132.0.10": "secp256k1",
    # RFC 4519 and X.520: parts of names, as RFC 4514 spells them.
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}


def name(oid: str) -> str:
    """Return an identifier's name; itself if it has none here."""
    if oid in SIGNATURES:
        key, digest = SIGNATURES[oid]
        return f"{NAMES[key]} with {digest}"
    return NAMES.get(oid) or DIGESTS.get(oid) or oid
