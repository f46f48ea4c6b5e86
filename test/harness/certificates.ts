// Certificates made on the spot: one authority a call, and leaves of every good and bad kind signed by it. Test servers
// (Kafka, PostgreSQL, HTTPS) take them as PEM text.
import { DAY_MS } from "../../src/contract/duration.ts";
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its PKCS#8 private key, both PEM text. */
export interface KeyPairPem {
  readonly certificate: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly commonName?: string;
  /** DNS names and IP addresses the certificate is for. Default: localhost, 127.0.0.1, ::1. */
  readonly hosts?: readonly string[];
  /** Default: yesterday. */
  readonly notBefore?: Date;
  /** Default: in 30 days. */
  readonly notAfter?: Date;
}

export interface CertificateAuthority {
  /** The authority's own certificate: what a client trusts. */
  readonly certificate: string;
  issue(options?: LeafOptions): Promise<KeyPairPem>;
  /** An authority below this one, an intermediate. */
  issueAuthority(
    commonName: string,
    validity?: Pick<LeafOptions, "notBefore" | "notAfter">,
  ): Promise<CertificateAuthority>;
}

/** Authorities outlive what they sign. */
const authorityValidity = () => ({ notAfter: new Date(Date.now() + 3650 * DAY_MS) });
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const localHosts = ["localhost", "127.0.0.1", "::1"];

export async function createCertificateAuthority(
  commonName = "Sitewire test authority",
): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const own = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: algorithm,
    ...validity(authorityValidity()),
    extensions: authorityExtensions(),
  });
  return authorityOf(own, keys);
}

function authorityExtensions() {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

function authorityOf(own: X509Certificate, keys: webcrypto.CryptoKeyPair): CertificateAuthority {
  return {
    certificate: own.toString("pem"),
    issue: async (options = {}) => {
      const leafKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const leaf = await X509CertificateGenerator.create({
        subject: `CN=${options.commonName ?? "localhost"}`,
        issuer: own.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...validity(options),
        extensions: leafExtensions(options),
      });
      return { certificate: leaf.toString("pem"), key: await privateKeyPem(leafKeys.privateKey) };
    },
    issueAuthority: async (name, options = authorityValidity()) => {
      const belowKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const below = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: own.subject,
        publicKey: belowKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...validity(options),
        extensions: authorityExtensions(),
      });
      return authorityOf(below, belowKeys);
    },
  };
}

/** A leaf that vouches for itself: no authority stands behind it. */
export async function createSelfSigned(options: LeafOptions = {}): Promise<KeyPairPem> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${options.commonName ?? "localhost"}`,
    keys,
    signingAlgorithm: algorithm,
    ...validity(options),
    extensions: leafExtensions(options),
  });
  return { certificate: certificate.toString("pem"), key: await privateKeyPem(keys.privateKey) };
}

/** Leaf options that make a bad certificate, by what is wrong with it. */
export const badLeaves = {
  expired: { notBefore: new Date(Date.now() - 30 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) },
  notYetValid: { notBefore: new Date(Date.now() + DAY_MS), notAfter: new Date(Date.now() + 30 * DAY_MS) },
  wrongHost: { commonName: "elsewhere.example", hosts: ["elsewhere.example"] },
} satisfies Record<string, LeafOptions>;

function validity(options: LeafOptions) {
  return {
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 30 * DAY_MS),
  };
}

function leafExtensions(options: LeafOptions) {
  const names = (options.hosts ?? localHosts).map(
    (host): JsonGeneralName => ({ type: /^[\d.]+$|:/.test(host) ? "ip" : "dns", value: host }),
  );
  return [
    new BasicConstraintsExtension(false),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(names),
  ];
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
