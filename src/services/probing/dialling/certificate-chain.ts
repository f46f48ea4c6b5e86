/**
 * The chain behind a server's certificate, as OpenSSL verifies it: each issuer is looked for among the trusted
 * certificates first and then among those the server sent. Node tells only what was sent, which may hold
 * certificates that verification never needs, as an expired cross-signed root.
 */
import { X509Certificate } from "node:crypto";
import { getCACertificates } from "node:tls";
import type { ChainCertificate } from "../../../contract/checks/check-result.ts";

export interface CertificateChain {
  /** The earliest expiry in the chain, milliseconds since the epoch; null where no certificate has a readable one. */
  readonly expiresAtMs: number | null;
  /** The server's own first. */
  readonly certificates: readonly ChainCertificate[];
}

const MAX_CHAIN_LENGTH = 10;
const MAX_KNOWN_CHAINS = 2000;
const PEM_CERTIFICATES = /-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[^-]*-----END \1-----/g;

export class TrustedCertificates {
  readonly #pem: string | undefined;
  #bySubject: ReadonlyMap<string, readonly X509Certificate[]> | null = null;
  readonly #knownChains = new Map<string, CertificateChain>();

  /** `pem` holds the certificates trusted in place of Node's own. */
  constructor(pem: string | undefined) {
    this.#pem = pem;
  }

  /** Remembered by what the server sent, as most checks see the chain of the last one. */
  chainOf(leaf: X509Certificate, nowMs: number): CertificateChain {
    const sent = sentWith(leaf);
    const key = sent.map(({ fingerprint256 }) => fingerprint256).join();
    const known = this.#knownChains.get(key);
    if (known !== undefined && (known.expiresAtMs ?? nowMs) > nowMs) return known;
    const chain = describeChain(this.#path(sent, nowMs));
    if (this.#knownChains.size >= MAX_KNOWN_CHAINS) this.#knownChains.clear();
    this.#knownChains.set(key, chain);
    return chain;
  }

  #path(sent: readonly X509Certificate[], nowMs: number): readonly X509Certificate[] {
    const path = sent.slice(0, 1);
    for (let last = path[0]; last !== undefined && path.length < MAX_CHAIN_LENGTH; last = path.at(-1)) {
      const subject = last;
      if (subject.checkIssued(subject)) break;
      const trusted = this.#issuersNamed(subject.issuer).filter((issuer) => subject.checkIssued(issuer));
      const others = sent.filter((issuer) => !path.includes(issuer) && subject.checkIssued(issuer));
      const issuer = bestOf(trusted, nowMs) ?? bestOf(others, nowMs);
      if (issuer === undefined) break;
      path.push(issuer);
    }
    return path;
  }

  #issuersNamed(name: string): readonly X509Certificate[] {
    this.#bySubject ??= bySubject(
      this.#pem === undefined ? getCACertificates("default") : (this.#pem.match(PEM_CERTIFICATES) ?? []),
    );
    return this.#bySubject.get(name) ?? [];
  }
}

function bySubject(pems: readonly string[]): ReadonlyMap<string, readonly X509Certificate[]> {
  const certificates = new Map<string, X509Certificate[]>();
  for (const pem of pems) {
    const certificate = parse(pem);
    if (certificate === null) continue;
    const known = certificates.get(certificate.subject);
    if (known === undefined) certificates.set(certificate.subject, [certificate]);
    else known.push(certificate);
  }
  return certificates;
}

/** Null for what OpenSSL passed over too when it built the context. */
function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** The certificates the server sent, its own first. */
function sentWith(leaf: X509Certificate): readonly X509Certificate[] {
  const sent: X509Certificate[] = [];
  let next: X509Certificate | undefined = leaf;
  while (next !== undefined && sent.length < MAX_CHAIN_LENGTH) {
    sent.push(next);
    next = next.issuerCertificate;
  }
  return sent;
}

/** Of several issuers OpenSSL takes one that is valid now, else the one that was valid last. */
function bestOf(issuers: readonly X509Certificate[], nowMs: number): X509Certificate | undefined {
  const isValid = ({ validFromDate, validToDate }: X509Certificate): boolean =>
    validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
  return (
    issuers.find(isValid) ??
    issuers.toSorted((a, b) => b.validToDate.getTime() - a.validToDate.getTime()).at(0)
  );
}

function describeChain(path: readonly X509Certificate[]): CertificateChain {
  const expiries = path.map(({ validToDate }) => validToDate.getTime()).filter(Number.isFinite);
  return {
    expiresAtMs: expiries.length === 0 ? null : Math.min(...expiries),
    certificates: path.flatMap(({ subject, issuer, validFromDate, validToDate }) =>
      Number.isFinite(validFromDate.getTime()) && Number.isFinite(validToDate.getTime())
        ? [
            {
              subject: distinguishedName(subject),
              issuer: distinguishedName(issuer),
              validFrom: validFromDate.toISOString(),
              validTo: validToDate.toISOString(),
            },
          ]
        : [],
    ),
  };
}

const MAX_NAME_LENGTH = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they separate the parts of a name, or have no place in it.
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]+/g;

/** A name on one line, as a result can hold it. */
export function distinguishedName(name: string): string {
  return name.replace(CONTROL_CHARACTERS, ", ").toWellFormed().slice(0, MAX_NAME_LENGTH).toWellFormed();
}
