"""The hand of people: who may see and do what, the forms they fill in, the tasks they complete."""
