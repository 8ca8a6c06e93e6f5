export { Consent, SavedAddress, SignInCode } from './account.entity.ts';
export { IdentityLink, IdentityMerge, Person, PersonAttribute, Subject } from './identity.entity.ts';
export { IdentityService } from './identity.service.ts';
export { Ban, Viewer } from './person.entity.ts';
export { PeopleModule } from './people.module.ts';
export { PeopleService } from './people.service.ts';
export type { Claim, Proof, ProofOutcome, ProofSource } from './proofs.ts';
export { keepSubjects, subjectId, type Identifier } from './subjects.ts';
