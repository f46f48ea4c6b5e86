/** The peer: blackbox_exporter, asked for one probe after the other as Prometheus does. Only its own CPU counts. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent } from "undici";
import { stringify } from "yaml";
import { eventually } from "../../test/harness/eventually.ts";
import { freePorts } from "../../test/harness/free-ports.ts";
import { CONCURRENCY, type Contender, repeat, type Target } from "./contest.ts";
import { cpuSeconds, peakMegabytes } from "./process-usage.ts";

export const blackbox: Contender = async (target, checks) => {
  const folder = mkdtempSync(path.join(tmpdir(), "sitewire-blackbox-"));
  const [port = 0] = await freePorts(1);
  const exporter = start(folder, port, target);
  const agent = new Agent({ connections: CONCURRENCY });
  try {
    const probe = async (): Promise<void> => {
      const { body } = await agent.request({
        origin: `http://127.0.0.1:${port}`,
        path: `/probe?module=bench&target=${encodeURIComponent(target.url)}`,
        method: "GET",
      });
      const metrics = await body.text();
      if (!/^probe_success 1$/m.test(metrics)) throw new Error(`blackbox_exporter failed: ${metrics}`);
    };
    await eventually("blackbox_exporter answers", async () => await probe().then(() => true));
    await repeat(Math.ceil(checks / 4), probe);
    const pid = exporter.pid ?? 0;
    const cpuBefore = cpuSeconds(pid);
    const began = performance.now();
    await repeat(checks, probe);
    return {
      checksPerCpuSecond: checks / (cpuSeconds(pid) - cpuBefore),
      checksPerSecond: checks / ((performance.now() - began) / 1000),
      peakMegabytes: peakMegabytes(pid),
    };
  } finally {
    await agent.close();
    const exited = once(exporter, "exit");
    exporter.kill();
    await exited;
    rmSync(folder, { recursive: true });
  }
};

function start(folder: string, port: number, { regexp, ca }: Target): ChildProcess {
  const caFile = path.join(folder, "ca.pem");
  const configurationFile = path.join(folder, "blackbox.yml");
  if (ca !== null) writeFileSync(caFile, ca);
  const http = {
    preferred_ip_protocol: "ip4",
    fail_if_body_not_matches_regexp: [regexp],
    ...(ca === null ? {} : { tls_config: { ca_file: caFile } }),
  };
  const modules = { bench: { prober: "http", timeout: "10s", http } };
  writeFileSync(configurationFile, stringify({ modules }));
  return spawn(
    "prometheus-blackbox-exporter",
    [`--config.file=${configurationFile}`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=error"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
}
