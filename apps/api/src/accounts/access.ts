import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Role } from '#contracts/accounts';
import type { Action } from '#contracts/policy';

export const ACCESS = 'engawa:access';

/**
 * Who may call a route. Without it nobody may.
 * `public`: anyone; `guest`: a viewer with a guest token; `service`: another process of ours; `member`: any staff; else an action of the policy.
 */
export type AccessRule = 'public' | 'guest' | 'service' | 'member' | Action;
export const Access = (rule: AccessRule): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, rule);

/** The member of a request, once the guard let it pass. Everything that a member asks for is asked with their `brandId`. */
export interface Actor {
  memberId: string;
  /** The signed-in browser: the hash of its token. */
  sessionId: string;
  brandId: string;
  role: Role;
  name: string;
}

export interface Identified {
  actor?: Actor;
  viewerId?: string;
}

export const CurrentMember = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<Identified>();
  if (!actor) throw new Error('@CurrentMember on a route without a member');
  return actor;
});

/** The viewer of a request with a guest token; null where the route is public and none was sent. */
export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  return context.switchToHttp().getRequest<Identified>().viewerId ?? null;
});
