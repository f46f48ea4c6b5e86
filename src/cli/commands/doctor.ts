/** `sitewire doctor`: tries each configured thing and says how to mend what fails. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

export function addDoctorCommand(program: Command, terminal: Terminal): void {
  program
    .command("doctor")
    .description("try database, brokers, TLS, authentication, topics and permissions; exit 1 if any fails")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const { diagnose } = await import("../../apps/doctor.ts");
      const findings = await diagnose(invocationOf(terminal, options));
      for (const finding of findings) {
        const { name, ok, detail, fix } = finding;
        const line = `${ok ? "ok  " : "FAIL"}  ${name}: ${detail}${ok || fix === null ? "" : `. Fix: ${fix}`}`;
        terminal.stdout.write(`${options.json === true ? JSON.stringify(finding) : line}\n`);
      }
      terminal.setExitCode(findings.every(({ ok }) => ok) ? 0 : 1);
    });
}
