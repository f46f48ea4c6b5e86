/** Assembles the command line from all commands. */
import { Command } from "commander";
import { packageVersion } from "../apps/wiring/version.ts";
import { addAuditCommand } from "./commands/accounts/audit.ts";
import { addPeopleCommand } from "./commands/accounts/people.ts";
import { addTokensCommand } from "./commands/accounts/tokens.ts";
import { addAlertsCommand } from "./commands/alerting/alerts.ts";
import { addChannelsCommand } from "./commands/alerting/channels.ts";
import { addIncidentsCommand } from "./commands/alerting/incidents.ts";
import { addMaintenanceCommand } from "./commands/alerting/maintenance.ts";
import { addRoutesCommand } from "./commands/alerting/routes.ts";
import { addSilencesCommand } from "./commands/alerting/silences.ts";
import { addDeadLettersCommand } from "./commands/pipeline/dead-letters.ts";
import { addDoctorCommand } from "./commands/pipeline/doctor.ts";
import { addMigrateCommand } from "./commands/pipeline/migrate.ts";
import { addOutboxCommand } from "./commands/pipeline/outbox.ts";
import { addStatusCommand } from "./commands/pipeline/status.ts";
import { addConsumeCommand } from "./commands/processes/consume.ts";
import { addMaintainCommand } from "./commands/processes/maintain.ts";
import { addMonitorCommand } from "./commands/processes/monitor.ts";
import { addNotifyCommand } from "./commands/processes/notify.ts";
import { addRelayCommand } from "./commands/processes/relay.ts";
import { addServerCommand } from "./commands/processes/server.ts";
import { addUpCommand } from "./commands/processes/up.ts";
import { addReportCommand } from "./commands/reports/report.ts";
import { addCheckCommand } from "./commands/sites/check.ts";
import { addResultsCommand } from "./commands/sites/results.ts";
import { addSitesCommand } from "./commands/sites/sites.ts";
import { addStatusPageCommand } from "./commands/status-pages/status-page.ts";
import type { Terminal } from "./terminal.ts";

/** Creates the program. Parsing throws `CommanderError` for wrong usage, and for help and version. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("sitewire")
    .description("Monitors websites and sends the results through Kafka to PostgreSQL.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("--config <file>", "configuration file (default: sitewire.yaml, if it exists)")
    .option("--data <folder>", "folder of the embedded database (default: ./.sitewire)")
    .option("--location <name>", "location of this monitor (default: local)")
    .option("--log-level <level>", "trace, debug, info, warn, error, fatal or silent (default: info)")
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "sitewire: ")),
    })
    .showSuggestionAfterError()
    .exitOverride();
  addUpCommand(program, terminal);
  addCheckCommand(program, terminal);
  addMonitorCommand(program, terminal);
  addRelayCommand(program, terminal);
  addConsumeCommand(program, terminal);
  addNotifyCommand(program, terminal);
  addServerCommand(program, terminal);
  addSitesCommand(program, terminal);
  addResultsCommand(program, terminal);
  addIncidentsCommand(program, terminal);
  addAlertsCommand(program, terminal);
  addChannelsCommand(program, terminal);
  addRoutesCommand(program, terminal);
  addSilencesCommand(program, terminal);
  addReportCommand(program, terminal);
  addStatusPageCommand(program, terminal);
  addMaintenanceCommand(program, terminal);
  addPeopleCommand(program, terminal);
  addTokensCommand(program, terminal);
  addAuditCommand(program, terminal);
  addDeadLettersCommand(program, terminal);
  addOutboxCommand(program, terminal);
  addStatusCommand(program, terminal);
  addMigrateCommand(program, terminal);
  addMaintainCommand(program, terminal);
  addDoctorCommand(program, terminal);
  return program;
}
