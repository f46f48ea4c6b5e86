/** Ports for the channels and routes that people set over the API, beside those of `sitewire.yaml`. */

export interface ChannelToStore {
  readonly name: string;
  readonly type: string;
  /** The settings with their secrets, encrypted. */
  readonly sealed: Uint8Array;
  readonly by: string;
}

export interface StoredChannel extends Omit<ChannelToStore, "by"> {
  /** Counts from 1. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly updatedAtMs: number;
  readonly updatedBy: string;
}

/** As `sitewire.yaml` would have them. Anybody may change the table by SQL, so they are checked when they are read. */
export interface StoredRoutes {
  readonly routes: unknown;
  readonly onCall: unknown;
  /** 0 when nobody has set any. */
  readonly revision: number;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface AlertSettingsStore {
  /** By name. */
  channels(): Promise<readonly StoredChannel[]>;
  /** Null when the name is taken. */
  addChannel(channel: ChannelToStore): Promise<StoredChannel | null>;
  /** Null when there is no channel of this name and revision; any revision when omitted. */
  changeChannel(channel: ChannelToStore, revision?: number): Promise<StoredChannel | null>;
  /** False when there is no channel of this name and revision; any revision when omitted. */
  removeChannel(name: string, revision?: number): Promise<boolean>;
  routes(): Promise<StoredRoutes>;
  /** Returns the new revision; null when `revision` is not the present one. */
  saveRoutes(routes: Omit<StoredRoutes, "revision">, by: string, revision?: number): Promise<number | null>;
  /** Calls `listener` when something may have changed. Notifications can be missed, so also poll. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

/** Encrypts texts for the database. */
export interface SecretBox {
  /** `purpose` binds the text to where it is kept: it opens nowhere else. */
  seal(text: string, purpose: string): Uint8Array;
  /** Throws `RefusedError` for a text that another key sealed, or that was changed. */
  open(sealed: Uint8Array, purpose: string): string;
}

/** Where there is no database, nothing is stored. */
export const noStoredSettings: AlertSettingsStore = {
  channels: async () => [],
  addChannel: async () => null,
  changeChannel: async () => null,
  removeChannel: async () => false,
  routes: async () => ({ routes: [], onCall: {}, revision: 0 }),
  saveRoutes: async () => null,
  onChanged() {},
};
