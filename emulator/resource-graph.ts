import { randomUUID } from 'node:crypto';
import { withArmHeaders } from './arm/answer.ts';
import { armCaller } from './arm/caller.ts';
import { type Context, json } from './service.ts';

const PATH = /^\/providers\/Microsoft\.ResourceGraph\//i;

/** Is this path of the ARM host Resource Graph's? */
export function isResourceGraphPath(pathname: string): boolean {
  return PATH.test(pathname);
}

/** Resource Graph: checks its caller, and answers no query yet. */
export async function resourceGraph(request: Request, context: Context): Promise<Response> {
  const caller = await armCaller(request, context);
  return withArmHeaders(caller instanceof Response ? caller : unsupported(context), context);
}

function unsupported({ clock }: Context): Response {
  const timestamp = new Date(clock.now()).toISOString();
  return json(400, {
    error: {
      code: 'BadRequest',
      message: `Please provide below info when asking for support: timestamp = ${timestamp}, correlationId = ${randomUUID()}.`,
      details: [{ code: 'InvalidQuery', message: 'The local Azure answers no Resource Graph queries yet.' }],
    },
  });
}
