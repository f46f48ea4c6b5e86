/** `sitewire doctor`: test every configured connection, and print how to fix failures. */
import { type Command, Option } from "commander";
import type { Finding } from "../../../core/diagnosis/finding.ts";
import { type KafkaApp, kafkaApps } from "../../../core/diagnosis/kafka-use.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface DoctorOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly app?: KafkaApp;
}

const MARKS = { ok: "ok  ", failed: "FAIL", skipped: "skip" } as const;

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command("doctor")
    .description(
      "test database, brokers, TLS, authentication, topics and permissions, and what server and notifier need; exit 1 if any test fails",
    )
    .addOption(
      new Option(
        "--app <name>",
        "test only the database and the Kafka permissions that this app needs (default: everything)",
      ).choices(kafkaApps),
    )
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>();
      const { diagnose } = await import("../../../apps/operations/pipeline/doctor.ts");
      const { startApp } = await import("../../../apps/wiring/invocation.ts");
      const { createTrials } = await import("../../../apps/wiring/diagnosing/trials.ts");
      const trials = createTrials(startApp("doctor", invocationOf(terminal, options)));
      const findings = await diagnose({ trials }, { app: options.app ?? null });
      for (const finding of findings) {
        terminal.stdout.write(`${options.json === true ? JSON.stringify(finding) : lineOf(finding)}\n`);
      }
      terminal.setExitCode(findings.some(({ status }) => status === "failed") ? 1 : 0);
    });
}

function lineOf({ name, status, detail, fix }: Finding): string {
  return `${MARKS[status]}  ${name}: ${detail}${fix === null ? "" : `. Fix: ${fix}`}`;
}
