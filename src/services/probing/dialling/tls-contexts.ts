/** TLS settings made ready once and shared by all sites that have the same: a context takes long to make and is large. */
import { createHash } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { CheckOptions } from "../../../contract/checks/check-options.ts";
import { InvalidSiteError } from "../../../core/checking/invalid-site-error.ts";
import { messageOf } from "../probe-error.ts";
import { TrustedCertificates } from "./certificate-chain.ts";
import { chooseGroups } from "./tls-groups.ts";

type TlsOptions = NonNullable<CheckOptions["tls"]>;

export interface TlsContexts {
  /** For the site's own origin: with its client certificate. */
  readonly own: SecureContext;
  /** For other origins a redirect leads to. */
  readonly foreign: SecureContext;
  /** The certificates both trust. */
  readonly trusted: TrustedCertificates;
}

const PEM_CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

export class TlsContextFactory {
  readonly #groups = chooseGroups();
  readonly #trustedByNode = new TrustedCertificates(undefined);
  readonly #trusted = new WeakMap<SecureContext, TrustedCertificates>();
  readonly #contexts = new Map<string, WeakRef<SecureContext>>();
  readonly #collected = new FinalizationRegistry<string>((fingerprint) => {
    if (this.#contexts.get(fingerprint)?.deref() === undefined) this.#contexts.delete(fingerprint);
  });

  /** Throws `InvalidSiteError` naming the option that can't be used. */
  prepare({ minVersion = "TLSv1.2", ca, certificate, key }: TlsOptions = {}): TlsContexts {
    if (ca !== undefined && !PEM_CERTIFICATE.test(ca)) {
      throw new InvalidSiteError("options.tls.ca", "", "is no PEM text of a certificate");
    }
    const trust = { minVersion, ...(ca === undefined ? {} : { ca }) };
    const foreign = naming("options.tls.ca", () => this.#context(trust));
    const trusted = ca === undefined ? this.#trustedByNode : this.#trustedBy(foreign, ca);
    if (certificate === undefined || key === undefined) return { own: foreign, foreign, trusted };
    return {
      own: naming("options.tls.certificate", () => this.#context({ ...trust, cert: certificate, key })),
      foreign,
      trusted,
    };
  }

  #trustedBy(context: SecureContext, ca: string): TrustedCertificates {
    const known = this.#trusted.get(context) ?? new TrustedCertificates(ca);
    this.#trusted.set(context, known);
    return known;
  }

  #context(options: SecureContextOptions): SecureContext {
    // A digest, so that no key is kept in a second place.
    const fingerprint = createHash("sha256").update(JSON.stringify(options)).digest("base64");
    const known = this.#contexts.get(fingerprint)?.deref();
    if (known !== undefined) return known;
    const context = createSecureContext({ ...options, ecdhCurve: this.#groups });
    this.#contexts.set(fingerprint, new WeakRef(context));
    this.#collected.register(context, fingerprint);
    return context;
  }
}

function naming<T>(field: string, create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new InvalidSiteError(field, "", `can't be used: ${messageOf(error)}`);
  }
}
