export default function ShowPage() {
  return <h1>{window.location.pathname}</h1>;
}
