export { Ban, Viewer } from './person.entity.ts';
export { PeopleModule } from './people.module.ts';
export { PeopleService } from './people.service.ts';
