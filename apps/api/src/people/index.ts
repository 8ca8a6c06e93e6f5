export { Consent, SavedAddress, SignInCode } from './account.entity.ts';
export {
  attributesOf,
  setAttributes,
  type Attribute,
  type AttributeSource,
  type KnownAttribute,
} from './attributes.ts';
export { ConsentService } from './consent.service.ts';
export { IdentityLink, IdentityMerge, Person, PersonAttribute, Subject } from './identity.entity.ts';
export { IdentityService } from './identity.service.ts';
export { Ban, Viewer } from './person.entity.ts';
export { PeopleModule } from './people.module.ts';
export { PeopleService } from './people.service.ts';
export type { Claim, Proof, ProofOutcome, ProofSource } from './proofs.ts';
export { SignInService } from './sign-in.service.ts';
export { keepSubjects, subjectId, type Identifier } from './subjects.ts';
export { ViewerAccountService } from './viewer-account.service.ts';
