/** `*` before a title: a column of numbers. `(in brackets)`: said to screen readers only. */
export function TableHead({ columns }: { readonly columns: readonly string[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const title = column.replace(/^\*/, '');
          const spoken = /^\((.*)\)$/.exec(title);
          return (
            <th key={column} scope="col" className={column.startsWith('*') ? 'number' : undefined}>
              {spoken === null ? title : <span className="spoken">{spoken[1]}</span>}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
