/** Where a command is called from: what it may know and say. */
export interface Terminal {
  readonly env: Record<string, string | undefined>;
  readonly isColoured: boolean;
  write(text: string): void;
  complain(text: string): void;
}

/** How a command ends. */
export const EXIT = { ok: 0, failed: 1, wrongUsage: 2 } as const;
