export { Brand, Member, MemberSession } from './account.entity.ts';
export {
  ACCESS,
  Access,
  CurrentMember,
  CurrentViewer,
  type AccessRule,
  type Actor,
  type Identified,
} from './access.ts';
export { AccountsModule } from './accounts.module.ts';
export { AccountsService } from './accounts.service.ts';
export { hashPassword } from './passwords.ts';
export { may, type Action } from '#contracts/policy';
export { sessionTokenOf } from './session-cookie.ts';
