/** One line of a scrape: `name{labels}` and its value. */
export type Samples = ReadonlyMap<string, number>;

/** What GET /metrics answers in Prometheus' text form. */
export async function scrapeOf(scrape: (request: Request) => Promise<Response>): Promise<Samples> {
  return samplesOf(await (await scrape(new Request('http://metrics.test/metrics'))).text());
}

export function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** The samples of the gateway's own that are not zero and tell of no time. */
export const counted = (samples: Samples): Record<string, number> =>
  Object.fromEntries([...samples].filter(([name, value]) => /^gateway_/.test(name) && !/_seconds/.test(name) && value));
