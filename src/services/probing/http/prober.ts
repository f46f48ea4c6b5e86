/** HTTP and HTTPS checks: implements core's `Prober` over sockets. */
import type { CheckOptions } from "../../../contract/checks/check-options.ts";
import type { Prober } from "../../../core/checking/ports.ts";
import { LOCAL_TARGET_POLICY, type TargetPolicy } from "../../../core/checking/target-policy.ts";
import type { SiteTrace } from "../../../core/checking/trace.ts";
import { destinationInstead } from "../dialling/connect-to.ts";
import type { Dialling } from "../dialling/dialling.ts";
import type { NameResolver } from "../dialling/name-resolver.ts";
import { createSystemResolver } from "../dialling/system-resolver.ts";
import { TargetGuard } from "../dialling/target-guard.ts";
import { TlsContextFactory } from "../dialling/tls-contexts.ts";
import { HttpProbe } from "./probe.ts";
import { planRequests, type RequestPlan } from "./request-plan.ts";

export interface HttpProberOptions {
  /** Addresses that may be checked. Default: all but link-local and reserved ones. */
  readonly targetPolicy?: TargetPolicy;
  /** User-Agent of sites that name none. Default: Sitewire. */
  readonly userAgent?: string;
  /** Default: the machine's hosts file and name servers. */
  readonly resolver?: NameResolver;
  /** Told what every attempt does. Default: nobody. */
  readonly trace?: SiteTrace | undefined;
}

interface PreparedOptions {
  readonly plan: RequestPlan;
  readonly dialling: Dialling;
}

export function createHttpProber(options: HttpProberOptions = {}): Prober {
  const {
    targetPolicy = LOCAL_TARGET_POLICY,
    userAgent = "Sitewire",
    resolver = createSystemResolver(),
    trace,
  } = options;
  const contexts = new TlsContextFactory();
  const guard = new TargetGuard(targetPolicy);
  // Sites that share their options object share all that is made of it.
  const prepared = new WeakMap<CheckOptions, PreparedOptions>();
  return {
    prepare(site) {
      const { plan, dialling } = prepared.get(site.options) ?? prepareOptions(site.options);
      return new HttpProbe(site.url, plan, dialling, trace && ((event) => trace(site, event)));
    },
  };

  function prepareOptions(siteOptions: CheckOptions): PreparedOptions {
    const plan = planRequests(siteOptions, contexts, userAgent);
    const instead = destinationInstead(siteOptions.connectTo ?? []);
    const made = { plan, dialling: { resolver, guard, ipVersion: plan.ipVersion, instead } };
    prepared.set(siteOptions, made);
    return made;
  }
}
