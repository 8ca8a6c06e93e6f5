export { IdentityLink, IdentityMerge, Person, PersonAttribute, Subject } from './identity.entity.ts';
export { Ban, Viewer } from './person.entity.ts';
export { PeopleModule } from './people.module.ts';
export { PeopleService } from './people.service.ts';
export { keepSubjects, subjectId, type Identifier } from './subjects.ts';
