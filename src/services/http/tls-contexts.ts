/** TLS settings made ready once a site, and shared by all sites that have none of their own. */
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { CheckOptions } from "../../contract/check-options.ts";
import { InvalidSiteError } from "../../core/checking/invalid-site-error.ts";
import { messageOf } from "./probe-error.ts";

type TlsOptions = NonNullable<CheckOptions["tls"]>;

export interface TlsContexts {
  /** For the site's own origin: with its client certificate. */
  readonly own: SecureContext;
  /** For other origins a redirect leads to. */
  readonly foreign: SecureContext;
}

/**
 * The groups of Node's default, but with the key share of P-256 alone sent at once: every TLS 1.3 server must know
 * it (RFC 8446, section 9.1), and making a post-quantum key for each check would cost more than all else in it.
 */
const GROUPS = "*P-256:X25519MLKEM768:X25519:P-384:P-521";

/** Contexts for every site of a prober. */
export class TlsContextFactory {
  readonly #plain = new Map<string, SecureContext>();

  /** Throws `InvalidSiteError` naming the option that can't be used. */
  prepare(tls: TlsOptions | undefined): TlsContexts {
    const minVersion = tls?.minVersion ?? "TLSv1.2";
    const foreign = tls?.ca === undefined ? this.#shared(minVersion) : withAuthority(minVersion, tls.ca);
    if (tls?.certificate === undefined || tls.key === undefined) return { own: foreign, foreign };
    const { ca, certificate, key } = tls;
    const own = naming("options.tls.certificate", () =>
      createContext({ minVersion, cert: certificate, key, ...(ca === undefined ? {} : { ca }) }),
    );
    return { own, foreign };
  }

  #shared(minVersion: "TLSv1.2" | "TLSv1.3"): SecureContext {
    const known = this.#plain.get(minVersion);
    if (known !== undefined) return known;
    const context = createContext({ minVersion });
    this.#plain.set(minVersion, context);
    return context;
  }
}

function withAuthority(minVersion: "TLSv1.2" | "TLSv1.3", ca: string): SecureContext {
  if (!/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(ca)) {
    throw new InvalidSiteError("options.tls.ca", "", "is no PEM text of a certificate");
  }
  return naming("options.tls.ca", () => createContext({ minVersion, ca }));
}

function createContext(options: SecureContextOptions): SecureContext {
  return createSecureContext({ ...options, ecdhCurve: GROUPS });
}

function naming(field: string, create: () => SecureContext): SecureContext {
  try {
    return create();
  } catch (error) {
    throw new InvalidSiteError(field, "", `can't be used: ${messageOf(error)}`);
  }
}
