// Where a page gets a model's files from: a folder URL or dropped files.
import { AppError } from '../errors.ts';
import type { Source } from '../load/source.ts';
import type { HubLocation, ModelLocation } from '../session/session.ts';
import { droppedSource } from './dropped-source.ts';
import { httpSource } from './http-source.ts';

export function browserSource(location: Exclude<ModelLocation, HubLocation>): Source {
  switch (location.kind) {
    case 'url':
      return httpSource(location.url);
    case 'files':
      return droppedSource(location.name, location.files);
    case 'folder':
      throw new AppError('UsageError', `A page cannot open the path ${location.path}. Drop the folder onto the page.`);
  }
}
