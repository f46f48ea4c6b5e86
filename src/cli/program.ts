/** Assembles the command line from all commands. */
import { Command } from "commander";
import { packageVersion } from "../apps/wiring/version.ts";
import { addAlertsCommand } from "./commands/alerts.ts";
import { addAuditCommand } from "./commands/audit.ts";
import { addChannelsCommand } from "./commands/channels.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addConsumeCommand } from "./commands/consume.ts";
import { addDeadLettersCommand } from "./commands/dead-letters.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addIncidentsCommand } from "./commands/incidents.ts";
import { addMaintainCommand } from "./commands/maintain.ts";
import { addMaintenanceCommand } from "./commands/maintenance.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addMonitorCommand } from "./commands/monitor.ts";
import { addNotifyCommand } from "./commands/notify.ts";
import { addOutboxCommand } from "./commands/outbox.ts";
import { addPeopleCommand } from "./commands/people.ts";
import { addRelayCommand } from "./commands/relay.ts";
import { addResultsCommand } from "./commands/results.ts";
import { addRoutesCommand } from "./commands/routes.ts";
import { addServerCommand } from "./commands/server.ts";
import { addSilencesCommand } from "./commands/silences.ts";
import { addSitesCommand } from "./commands/sites.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addStatusPageCommand } from "./commands/status-page.ts";
import { addTokensCommand } from "./commands/tokens.ts";
import { addUpCommand } from "./commands/up.ts";
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
