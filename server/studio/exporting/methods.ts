import type { BackEnd } from '../backEnd.ts';
import type { ExportMethods } from './work.ts';

/** The export's methods of the contract. What makes bundles is loaded when somebody exports: the studio opens sooner without it. */
export function exportingMethods(back: BackEnd): ExportMethods {
  let loading: Promise<ExportMethods> | null = null;
  const work = (): Promise<ExportMethods> => {
    loading ??= import('./work.ts').then(({ exportWork }) => exportWork(back));
    return loading;
  };
  return {
    exportTargets: async (client, args) => (await work()).exportTargets(client, args),
    startExportPlan: async (client, args) => (await work()).startExportPlan(client, args),
    plannedExport: async (client, args) => (await work()).plannedExport(client, args),
    exportFile: async (client, args) => (await work()).exportFile(client, args),
    startExport: async (client, args) => (await work()).startExport(client, args),
  };
}
