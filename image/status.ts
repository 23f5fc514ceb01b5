import { readFileSync } from 'node:fs';

/** What the kernel says of a process: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
export function statusOf(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** In MB. */
export function memoryOf(pid: number, name: string): number {
  return (Number.parseInt(statusOf(pid, name), 10) * 1024) / 1e6;
}
