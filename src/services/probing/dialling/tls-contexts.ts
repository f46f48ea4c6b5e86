/** TLS settings made ready once, and shared by all sites that have the same: a context takes long and weighs much. */
import { createHash } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { CheckOptions } from "../../../contract/check-options.ts";
import { InvalidSiteError } from "../../../core/checking/invalid-site-error.ts";
import { messageOf } from "../probe-error.ts";

type TlsOptions = NonNullable<CheckOptions["tls"]>;

export interface TlsContexts {
  /** For the site's own origin: with its client certificate. */
  readonly own: SecureContext;
  /** For other origins a redirect leads to. */
  readonly foreign: SecureContext;
}

/**
 * The groups of Node's default, but with the key share of P-256 alone sent at once: every TLS 1.3 server must know
 * it (RFC 8446, section 9.1), and a post-quantum key made for each check would cost a tenth of it.
 */
const GROUPS = "*P-256:X25519MLKEM768:X25519:P-384:P-521";

const PEM_CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

export class TlsContextFactory {
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
    if (certificate === undefined || key === undefined) return { own: foreign, foreign };
    return {
      own: naming("options.tls.certificate", () => this.#context({ ...trust, cert: certificate, key })),
      foreign,
    };
  }

  #context(options: SecureContextOptions): SecureContext {
    // A digest, so that no key is kept in a second place.
    const fingerprint = createHash("sha256").update(JSON.stringify(options)).digest("base64");
    const known = this.#contexts.get(fingerprint)?.deref();
    if (known !== undefined) return known;
    const context = createSecureContext({ ...options, ecdhCurve: GROUPS });
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
