/** Import before the nodes: `SmmPanel.node` is to name the code, not the `SmmPanel.node.json` beside it. */
const extensions = require.extensions as Partial<NodeJS.RequireExtensions>;
const asJson = extensions['.json'];
delete extensions['.json'];
extensions['.json'] = asJson;

export {};
