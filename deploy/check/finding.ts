/** What is wrong, and where: the file, and the way to the value in it. */
export interface Finding {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

/** As it is printed: `file: path: what is wrong`. */
export function printed({ file, path, message }: Finding): string {
  return [file, path, message].filter((part) => part !== '').join(': ');
}
