// Types of system.mjs for the configuration files.
export function findChromium(): string | undefined;
export function prepareSystem(): string;
