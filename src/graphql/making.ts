import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql';
import type { Shown } from '../azure/resource.ts';
import { GatewayError } from '../errors.ts';
import type { HttpRequest } from '../http.ts';
import type { Context } from './context.ts';
import { exceed } from './excess.ts';
import { isRecord, withFields } from './fields.ts';
import type { Claim, Room } from './room.ts';
import { isListOfPage, isPage, weightInList, weightOnPage } from './weight.ts';

// Smaller ones fit beside each other, as many as can be under way.
const SMALL_IN_BYTES = 50_000;
const LARGE_IN_BYTES = 256 * 1024;

type Resolve = GraphQLFieldResolver<unknown, Context>;

/** What answers take of the memory while they are made: one alone no more than MAX_ANSWER_MEGABYTES, all together what there is room for. */
export interface Making {
  /** The schema with fields that count what stands in them before it is made. What is too much ends the operation with LIMIT_EXCEEDED. */
  within(schema: GraphQLSchema): GraphQLSchema;
  /** An answer that is made already waits where too many of its caller's lie there. */
  beforeSending(byteLength: number, context: Context): Promise<void> | undefined;
  /** Counts an answer until it has left. */
  made(byteLength: number, request: HttpRequest, context: Context): void;
}

export interface MakingBounds {
  /** Of one answer. */
  readonly maxBytes: number;
  /** Whether that is what there is memory for, and not MAX_ANSWER_MEGABYTES. */
  readonly isOfMemory: boolean;
  /** How long a request may take, waiting included. */
  readonly requestTimeoutInMs: number;
}

export function createMaking(room: Room, bounds: MakingBounds): Making {
  const { maxBytes, requestTimeoutInMs } = bounds;
  return {
    within: (schema) =>
      withFields(schema, ({ type, resolve = defaultFieldResolver }, name, parent) => {
        const named = getNamedType(type);
        if (named.name === 'JSON') return { resolve: counted(resolve, textWeight) };
        if (isPage(named)) return { resolve: counted(resolve, pageWeight, turnOf) };
        const isList = isListType(getNullableType(type)) && !isLeafType(named);
        // A page's own have been counted with it.
        if (!isList || isListOfPage(schema.getType(parent), name)) return {};
        // What stands in a record's own lists, such as its tags, waits for nothing: it takes its room with the next records.
        return { resolve: counted(resolve, listWeight, isRecord(named) ? turnOf : undefined) };
      }),
    beforeSending: (byteLength, context) => (byteLength > LARGE_IN_BYTES ? claimOf(context).take(0) : undefined),
    made(byteLength, request, { caller }) {
      if (byteLength > LARGE_IN_BYTES && request.whenOver)
        room.lie(caller.id, byteLength, (listener) => request.whenOver?.(listener));
    },
  };

  function counted(
    resolve: Resolve,
    weightOf: Weight,
    turn?: (context: Context) => Promise<void> | undefined,
  ): Resolve {
    return (parent, args, context, info) => {
      // Not thrown: see access.ts.
      if (context.conditions.excess) return Promise.reject(context.conditions.excess);
      const answer = resolve(parent, args, context, info);
      if (answer instanceof Promise) return answer.then(enter);
      try {
        return enter(answer);
      } catch (error) {
        return Promise.reject(error);
      }

      function enter(things: unknown): unknown {
        context.conditions.bytes += weightOf(things, info);
        if (context.conditions.bytes > maxBytes) return exceed(tooLarge(bounds), context, info);
        return (
          turn?.(context)?.then(
            () => things,
            (error) => exceed(error, context, info),
          ) ?? things
        );
      }
    };
  }

  function turnOf(context: Context): Promise<void> | undefined {
    const { conditions } = context;
    if (!conditions.claim && conditions.bytes <= SMALL_IN_BYTES) return undefined;
    const more = conditions.bytes - conditions.bytesTaken;
    conditions.bytesTaken = conditions.bytes;
    return claimOf(context).take(more);
  }

  function claimOf({ conditions, caller, startedAt }: Context): Claim {
    conditions.claim ??= room.claim(caller.id, startedAt + requestTimeoutInMs);
    return conditions.claim;
  }
}

/** What comes of a field takes so many bytes until it is text, and as text. */
type Weight = (things: unknown, info: GraphQLResolveInfo) => number;

const pageWeight: Weight = (page, info) => lengthOf(page) * weightOnPage(info);

const listWeight: Weight = (list, info) =>
  lengthOf(list) * weightInList(info, Array.isArray(list) && list[0] instanceof Promise);

const lengthOf = (things: unknown): number => (things as { readonly length?: number } | null | undefined)?.length ?? 0;

const textWeight: Weight = (value) =>
  typeof value === 'string' ? value.length : ((value as Partial<Shown> | null)?.textLength?.() ?? 0);

function tooLarge({ maxBytes, isOfMemory }: MakingBounds): GatewayError {
  const [bound, more] = isOfMemory
    ? ['what the memory of the gateway is enough for', 'give its container more memory']
    : ["the gateway's MAX_ANSWER_MEGABYTES", 'raise that'];
  return new GatewayError(
    'LIMIT_EXCEEDED',
    `The answer would take more than ${Math.round(maxBytes / 1e6)} MB of memory while it is made, ${bound}. Ask for smaller pages, for fewer fields, or for what is below them in a query of its own, or have the operator ${more}.`,
  );
}
